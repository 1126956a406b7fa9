// What the browser knows of a file with sound.
import { useEffect, useState } from 'react';

const KILO = 1024;

/** Whole seconds, begun ones included; null where the browser cannot read the file. */
export function useSeconds(file: File | null): number | null {
  const [seconds, setSeconds] = useState<number | null>(null);
  useEffect(() => {
    setSeconds(null);
    if (file === null) {
      return undefined;
    }
    const address = URL.createObjectURL(file);
    const sound = new Audio();
    sound.preload = 'metadata';
    sound.onloadedmetadata = () => {
      setSeconds(Number.isFinite(sound.duration) ? Math.max(1, Math.ceil(sound.duration)) : null);
    };
    sound.src = address;
    return () => {
      sound.onloadedmetadata = null;
      URL.revokeObjectURL(address);
    };
  }, [file]);
  return seconds;
}

export function sizeOf(file: File, locale: string): string {
  const isLarge = file.size >= KILO * KILO;
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  return isLarge
    ? `${number.format(file.size / KILO / KILO)} MB`
    : `${number.format(Math.max(0.1, file.size / KILO))} KB`;
}
