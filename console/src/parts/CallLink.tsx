// From anywhere to one call in the request log.
import { TextLink } from '@/ui';

/** The call's id, short: its beginning is the same for all calls of an hour. */
export function CallLink({ id }: { id: string }) {
  return (
    <TextLink
      to="/requests"
      search={{ open: id } as never}
      className="font-mono text-[0.93rem]"
      title={id}
    >
      {id.length > 14 ? `…${id.slice(-10)}` : id}
    </TextLink>
  );
}
