/** Who did something: the person or program; the credential it came by when the pointer rests there. */
export function Actor({ name }: { name: string | null | undefined }) {
  if (name == null) {
    return <span className="text-muted">–</span>;
  }
  const space = name.indexOf(' ');
  return (
    <span className="wrap-anywhere" title={name}>
      {space < 0 ? name : name.slice(space + 1)}
    </span>
  );
}
