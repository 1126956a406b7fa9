import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';

export type Theme = 'system' | 'light' | 'dark';

const STORED = 'sluice.theme';
const DARK = matchMedia('(prefers-color-scheme: dark)');

interface Themes {
  theme: Theme;
  resolved: 'light' | 'dark';
  choose: (theme: Theme) => void;
}

const Context = createContext<Themes>({
  theme: 'system',
  resolved: 'light',
  choose: () => undefined,
});

function stored(): Theme {
  const text = localStorage.getItem(STORED);
  return text === 'light' || text === 'dark' ? text : 'system';
}

export function ThemeProvider({ children }: { children: ReactNode }) {
  const [theme, setTheme] = useState<Theme>(stored);
  const [systemDark, setSystemDark] = useState(DARK.matches);
  useEffect(() => {
    const change = () => setSystemDark(DARK.matches);
    DARK.addEventListener('change', change);
    return () => DARK.removeEventListener('change', change);
  }, []);
  const resolved = theme === 'system' ? (systemDark ? 'dark' : 'light') : theme;
  // before the first paint, and before charts read their colours
  document.documentElement.dataset.theme = resolved;
  const value = useMemo<Themes>(
    () => ({
      theme,
      resolved,
      choose: (next) => {
        localStorage.setItem(STORED, next);
        setTheme(next);
      },
    }),
    [theme, resolved],
  );
  return <Context value={value}>{children}</Context>;
}

export function useTheme(): Themes {
  return useContext(Context);
}
