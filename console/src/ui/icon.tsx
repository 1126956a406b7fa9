// Line icons of a 20 × 20 grid, drawn here: a font or sprite would be one more file to load.

const PATHS = {
  overview: 'M3 10.5 10 4l7 6.5M5 9v7.5h10V9M8.5 16.5v-4h3v4',
  requests: 'M3 5h14M3 10h14M3 15h9',
  usage: 'M4 16V9M8 16V5M12 16v-5M16 16V7',
  keys: 'M12.5 7.5a3.5 3.5 0 1 1-1.2 2.6L4 17.4V14h3v-2h2.3M13.5 6.5h.01',
  teams: 'M7 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM1.8 17c.3-3 2.4-5 5.2-5s4.9 2 5.2 5M13 4a3 3 0 0 1 0 5.5M14.5 12.3c2 .6 3.4 2.3 3.7 4.7',
  quotas: 'M3.5 14.5a7 7 0 1 1 13 0M10 12l3-4.5',
  billing: 'M2.5 5.5h15v10h-15zM2.5 8.5h15M5.5 12.5h3',
  prices: 'M10.5 3H16v5.5l-7.3 7.3a1.4 1.4 0 0 1-2 0L3.2 12.3a1.4 1.4 0 0 1 0-2ZM13.5 6.5h.01',
  upstreams: 'M4 4h12v4H4zM4 12h12v4H4zM7 6h.01M7 14h.01M10 8v4',
  models: 'M10 2.5 16.5 6v8L10 17.5 3.5 14V6ZM3.5 6 10 9.5 16.5 6M10 9.5v8',
  playground: 'M3 4.5h14v9H9l-4 3v-3H3ZM7 9h.01M10 9h.01M13 9h.01',
  start: 'M6 4.5v11l9-5.5Z',
  settings: 'M4 6h7M15 6h1M4 14h1M9 14h7M13 4v4M7 12v4',
  audit: 'M5 3h7l3 3v11H5ZM7.5 9h5M7.5 12h5',
  search: 'M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12ZM13.5 13.5 17 17',
  menu: 'M3 6h14M3 10h14M3 14h14',
  close: 'm5 5 10 10M15 5 5 15',
  check: 'm4 10.5 4 4 8-9',
  copy: 'M7 7h9v9H7zM13 7V4H4v9h3',
  warning: 'M10 3.5 18 16.5H2ZM10 8.5v3.5M10 14.2h.01',
  down: 'm5 8 5 5 5-5',
  right: 'm8 5 5 5-5 5',
  up: 'm5 12 5-5 5 5',
  sun: 'M10 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM10 2v2M10 16v2M2 10h2M16 10h2M4.3 4.3l1.5 1.5M14.2 14.2l1.5 1.5M4.3 15.7l1.5-1.5M14.2 5.8l1.5-1.5',
  moon: 'M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5Z',
  pause: 'M7 4.5v11M13 4.5v11',
  download: 'M10 3v10M6 9.5l4 4 4-4M4 17h12',
  plus: 'M10 4v12M4 10h12',
  out: 'M8 4H4v12h4M12 6.5l3.5 3.5-3.5 3.5M15.5 10H8',
  person: 'M10 9.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4ZM3.5 17c.4-3.2 3-5 6.5-5s6.1 1.8 6.5 5',
  info: 'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM10 9.5v4M10 6.8h.01',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, className = 'size-4' }: { name: IconName; className?: string }) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 20 20"
      className={`shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
