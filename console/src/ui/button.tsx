import { Link, type LinkProps } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx';
import { Spinner } from './feedback';

type Look = 'primary' | 'plain' | 'quiet' | 'danger';

const LOOKS: Record<Look, string> = {
  primary: 'bg-accent text-on-accent border-transparent hover:brightness-110',
  plain: 'bg-surface text-ink border-line-strong/60 hover:bg-sunken',
  quiet: 'bg-transparent border-transparent hover:bg-sunken',
  danger: 'bg-bad text-on-bad border-transparent hover:brightness-110',
};
const SHAPE =
  'inline-flex items-center justify-center gap-2 rounded-md border font-medium whitespace-nowrap' +
  ' select-none disabled:opacity-55';
const SIZES = { normal: 'h-9 px-3', small: 'h-7 px-2 text-[0.93rem]', icon: 'size-8' };

/** Without a frame a word has to look like one that can be pressed. */
const WORD = 'text-accent-ink';

function isWord(look: Look, size: keyof typeof SIZES): boolean {
  return look === 'quiet' && size !== 'icon';
}

export function Button({
  look = 'plain',
  size = 'normal',
  busy = false,
  className,
  children,
  disabled,
  type = 'button',
  ...rest
}: ComponentProps<'button'> & { look?: Look; size?: keyof typeof SIZES; busy?: boolean }) {
  return (
    <button
      type={type}
      className={cx(SHAPE, SIZES[size], LOOKS[look], isWord(look, size) && WORD, className)}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}

/** A link that looks like a button, because it goes somewhere. */
export function ButtonLink({
  look = 'plain',
  size = 'normal',
  className,
  children,
  ...rest
}: LinkProps & {
  look?: Look;
  size?: keyof typeof SIZES;
  className?: string;
  children: ReactNode;
}) {
  return (
    <Link {...rest} className={cx(SHAPE, SIZES[size], LOOKS[look], className)}>
      {children}
    </Link>
  );
}

const TEXT_LINK = 'text-accent-ink underline decoration-1 underline-offset-2 hover:decoration-2';

export function TextLink({ className, ...rest }: LinkProps & { className?: string; title?: string }) {
  return <Link {...rest} className={cx(TEXT_LINK, className)} />;
}

/** To a page that is not the console's own, such as /docs. */
export function OutLink({ className, ...rest }: ComponentProps<'a'>) {
  return <a {...rest} className={cx(TEXT_LINK, className)} />;
}
