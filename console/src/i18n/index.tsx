// Words in two languages. Each area keeps its own catalogue beside its pages:
//   export const useWords = words({ en: { title: 'Keys' }, de: { title: 'Schlüssel' } });
//   const t = useWords(); t('title')
// `{name}` is a place for a value; `{n|call|calls}` picks by the number `n`. A key that one
// language lacks is a type error.
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;
export type Values = Record<string, string | number>;
export type Words<K extends string> = (key: K, values?: Values) => string;

const STORED = 'sluice.language';

interface Chosen {
  language: Language;
  choose: (language: Language) => void;
}

const Context = createContext<Chosen>({ language: 'en', choose: () => undefined });

function preferred(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === 'en' || stored === 'de') {
    return stored;
  }
  return navigator.language.startsWith('de') ? 'de' : 'en';
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(preferred);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const chosen = useMemo<Chosen>(
    () => ({
      language,
      choose: (next) => {
        localStorage.setItem(STORED, next);
        setLanguage(next);
      },
    }),
    [language],
  );
  return <Context value={chosen}>{children}</Context>;
}

export function useLanguage(): Chosen {
  return useContext(Context);
}

export function fill(text: string, values: Values, language: Language): string {
  return text.replace(
    /\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g,
    (whole, name: string, one?: string, other?: string) => {
      const value = values[name];
      if (value === undefined) {
        return whole;
      }
      if (one === undefined || other === undefined) {
        return String(value);
      }
      return new Intl.PluralRules(language).select(Number(value)) === 'one' ? one : other;
    },
  );
}

/** The hook of one catalogue. */
export function words<K extends string>(
  catalogue: Record<Language, Record<K, string>>,
): () => Words<K> {
  return () => {
    const { language } = useLanguage();
    return useMemo(
      // a word of the API that no catalogue has yet is shown as it is
      () => (key: K, values: Values = {}) => fill(catalogue[language][key] ?? key, values, language),
      [language],
    );
  };
}

/** A label that is shown where no hook can run, such as an area's name in the navigation. */
export type Label = Record<Language, string>;

export function useLabel(): (label: Label) => string {
  const { language } = useLanguage();
  return (label) => label[language];
}
