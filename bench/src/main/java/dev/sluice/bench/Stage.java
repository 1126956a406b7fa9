package dev.sluice.bench;

import java.net.URISyntaxException;
import java.nio.file.Path;

/// Everything that runs beside the load: both providers, the floor, and the gateway.
record Stage(Endpoints ports, Process answers, Process scripted, Process proxy, Sluice sluice) {

    private static final int START_SECONDS = 10;

    static Stage start(Family family, Tools tools, Settings settings) {
        Endpoints ports = Endpoints.free();
        Path work = settings.work();
        return new Stage(
                ports,
                Sites.answers(family, tools, work, ports.answers()),
                scripted(family, work, ports.scripted()),
                Sites.proxy(family, tools, work, ports),
                Sluice.start(family, settings.gateway(), work, ports));
    }

    String key(Target target) {
        return target == Target.SLUICE ? sluice.key() : Work.PROXY_KEY;
    }

    Sample.Cpu cpu(Work work, Target target) {
        long provider =
                work.provider() == Work.Provider.NGINX
                        ? Proc.familyCpuMicros(answers.pid())
                        : Proc.cpuMicros(scripted.pid());
        long load = Proc.cpuMicros(ProcessHandle.current().pid());
        return switch (target) {
            case DIRECT -> new Sample.Cpu(0, 0, provider, load);
            case NGINX -> new Sample.Cpu(Proc.familyCpuMicros(proxy.pid()), 0, provider, load);
            case SLUICE ->
                    new Sample.Cpu(
                            sluice.cpuMicros(),
                            Proc.familyCpuMicros(sluice.postgres()),
                            provider,
                            load);
        };
    }

    Sample.Memory memory(Target target) {
        return switch (target) {
            case DIRECT -> new Sample.Memory(0, 0);
            case NGINX -> new Sample.Memory(Proc.familyPssKib(proxy.pid()), 0);
            case SLUICE ->
                    new Sample.Memory(
                            Proc.pssKib(sluice.process().pid()),
                            Proc.familyPssKib(sluice.postgres()));
        };
    }

    private static Process scripted(Family family, Path work, int port) {
        try {
            Path jar =
                    Path.of(
                            Stage.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            String classes =
                    jar.toString().endsWith(".jar")
                            ? jar.toString()
                            : System.getProperty("java.class.path");
            Path log = work.resolve("scripted.log");
            Process process =
                    family.start(
                            new ProcessBuilder(
                                            Path.of(System.getProperty("java.home"), "bin/java")
                                                    .toString(),
                                            "-Xmx256m",
                                            "-XX:+UseSerialGC",
                                            "--sun-misc-unsafe-memory-access=allow",
                                            "--enable-native-access=ALL-UNNAMED",
                                            "-cp",
                                            classes,
                                            ScriptedProvider.class.getName(),
                                            Integer.toString(port))
                                    .redirectErrorStream(true)
                                    .redirectOutput(log.toFile()));
            Sites.awaitPort(process, port, START_SECONDS, log);
            return process;
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
