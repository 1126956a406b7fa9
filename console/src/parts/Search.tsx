// A search field that asks when the typing pauses.
import { useEffect, useState } from 'react';
import { TextField } from '@/ui';

const PAUSE_MILLIS = 250;

export function Search({
  label,
  value,
  onChange,
  className = '',
  shown = false,
}: {
  label: string;
  value: string;
  onChange: (text: string) => void;
  className?: string;
  /** the label stands above it, as among other fields */
  shown?: boolean;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) {
      return;
    }
    const wait = setTimeout(() => onChange(text.trim()), PAUSE_MILLIS);
    return () => clearTimeout(wait);
    // a filter that changes elsewhere must not send the old text again
  }, [text]);
  return (
    <TextField
      type="search"
      label={label}
      hideLabel={!shown}
      {...(shown ? {} : { placeholder: label })}
      value={text}
      onChange={(event) => setText(event.target.value)}
      className={className}
    />
  );
}
