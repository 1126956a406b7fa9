// The frame around every signed-in page: navigation, who is signed in, the command palette.
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useLabel, words } from '@/i18n';
import { Badge, Button, cx, ErrorState, Icon, Loading } from '@/ui';
import { GROUPS } from './area';
import { CommandPalette } from './CommandPalette';
import { NotForYou } from './failures';
import { useMayOpen, useNavigation } from './navigation';
import { SandboxBar } from './SandboxBar';
import { SessionProvider, useMe, useSession } from './session';
import { UserMenu } from './UserMenu';

const useWords = words({
  en: {
    skip: 'Skip to the page',
    menu: 'Menu',
    navigation: 'Main',
    sidebar: 'Navigation and account',
    search: 'Search',
    demo: 'play money',
    demoHint: 'Calls of this organization cost nothing: models are simulated.',
    work: 'Work',
    money: 'Money',
    access: 'Access',
    setup: 'Set-up',
  },
  de: {
    skip: 'Zur Seite springen',
    menu: 'Menü',
    navigation: 'Haupt',
    sidebar: 'Navigation und Konto',
    search: 'Suchen',
    demo: 'Spielgeld',
    demoHint: 'Aufrufe dieser Organisation kosten nichts: die Modelle sind simuliert.',
    work: 'Arbeit',
    money: 'Geld',
    access: 'Zugang',
    setup: 'Einrichtung',
  },
});

export function Shell() {
  const me = useMe();
  const navigate = useNavigate();
  const here = useRouterState({ select: (state) => state.location.href });
  const signedOut = me.error?.status === 401;
  useEffect(() => {
    // asked once: while the next page loads, this one is still here
    if (signedOut && !here.startsWith('/sign-in')) {
      const next = here === '/' ? {} : { next: here };
      void navigate({ to: '/sign-in', search: next as never, replace: true });
    }
  }, [signedOut, here, navigate]);
  if (signedOut || (me.data === undefined && me.error === null)) {
    return (
      <main className="mx-auto max-w-3xl p-8">
        <Loading lines={6} />
      </main>
    );
  }
  if (me.data === undefined) {
    return (
      <main className="mx-auto max-w-2xl p-8">
        {me.error !== null && <ErrorState problem={me.error} retry={() => void me.refetch()} />}
      </main>
    );
  }
  return (
    <SessionProvider me={me.data}>
      <Frame />
    </SessionProvider>
  );
}

function Frame() {
  const t = useWords();
  const [menuOpen, setMenuOpen] = useState(false);
  const [searching, setSearching] = useState(false);
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const before = useRef(path);
  useEffect(() => {
    setMenuOpen(false);
    // who reads by ear hears the new page, and the keyboard goes on there
    if (before.current !== path) {
      before.current = path;
      main.current?.focus({ preventScroll: true });
    }
  }, [path]);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setSearching((open) => !open);
      }
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[14.5rem_minmax(0,1fr)]">
      <a
        href="#page"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
        className="sr-only z-50 rounded bg-surface px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t('skip')}
      </a>
      <header className="sticky top-0 z-30 flex h-12 items-center gap-2 border-b border-line bg-surface px-3 lg:hidden">
        <Button
          look="quiet"
          size="icon"
          aria-label={t('menu')}
          aria-expanded={menuOpen}
          onClick={() => setMenuOpen(!menuOpen)}
        >
          <Icon name={menuOpen ? 'close' : 'menu'} className="size-5" />
        </Button>
        <Brand />
        <Button
          look="quiet"
          size="icon"
          className="ml-auto"
          aria-label={t('search')}
          onClick={() => setSearching(true)}
        >
          <Icon name="search" className="size-5" />
        </Button>
      </header>
      <aside
        aria-label={t('sidebar')}
        className={cx(
          'z-20 flex flex-col border-line bg-surface',
          'max-lg:fixed max-lg:inset-0 max-lg:top-12 max-lg:overflow-y-auto',
          'lg:sticky lg:top-0 lg:h-dvh lg:border-r',
          !menuOpen && 'max-lg:hidden',
        )}
      >
        <div className="flex h-14 shrink-0 items-center px-4 max-lg:hidden">
          <Brand />
        </div>
        <div className="px-3 pb-2 max-lg:hidden">
          <button
            type="button"
            onClick={() => setSearching(true)}
            className="flex h-8 w-full items-center gap-2 rounded-md border border-line bg-page px-2.5 text-muted hover:text-ink"
          >
            <Icon name="search" />
            {t('search')}
            <kbd className="ml-auto font-sans text-[0.86rem]">Ctrl K</kbd>
          </button>
        </div>
        <Navigation label={t('navigation')} />
        <UserMenu />
      </aside>
      <div className="min-w-0">
        <SandboxBar />
        <main
          ref={main}
          id="page"
          tabIndex={-1}
          className="mx-auto w-full max-w-[92rem] min-w-0 px-4 py-5 outline-none sm:px-6 lg:py-6"
        >
          {useMayOpen(path) ? <Outlet /> : <NotForYou />}
        </main>
      </div>
      {searching && <CommandPalette onClose={() => setSearching(false)} />}
    </div>
  );
}

function Brand() {
  const t = useWords();
  const me = useSession();
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Link to="/" className="flex items-center gap-2 font-semibold">
        <img src="/sluice.svg" alt="" className="size-6" />
        Sluice
      </Link>
      {me?.organization?.sandbox === true && (
        <span title={t('demoHint')}>
          <Badge tone="warn">{t('demo')}</Badge>
        </span>
      )}
    </span>
  );
}

function Navigation({ label }: { label: string }) {
  const t = useWords();
  const text = useLabel();
  const items = useNavigation();
  return (
    <nav aria-label={label} className="min-h-0 flex-1 overflow-y-auto px-3 py-2">
      {GROUPS.map((group) => {
        const own = items.filter((item) => item.group === group);
        return (
          own.length > 0 && (
            <div key={group} className="mb-3">
              <div className="px-2.5 pb-1 text-[0.86rem] font-medium text-muted">{t(group)}</div>
              <ul>
                {own.map((item) => (
                  <li key={item.path}>
                    <Link
                      to={item.path}
                      activeOptions={{ exact: item.path === '/', includeSearch: false }}
                      className="flex h-8 items-center gap-2.5 rounded-md px-2.5 max-lg:h-10"
                      activeProps={{ className: 'bg-accent-soft font-medium text-accent-ink' }}
                      inactiveProps={{ className: 'hover:bg-sunken' }}
                    >
                      <Icon name={item.icon} />
                      {text(item.label)}
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          )
        );
      })}
    </nav>
  );
}
