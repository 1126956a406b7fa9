// Asks before what cannot be undone, and does it.
import type { ReactNode } from 'react';
import { useChange } from '@/api/hooks';
import type { PathOf } from '@/api/client';
import { FormDialog, useToast } from '@/ui';

export function Confirm({
  title,
  submit,
  done,
  act,
  touches,
  onClose,
  onDone,
  children,
}: {
  title: string;
  submit: string;
  /** what the toast says afterwards */
  done: string;
  act: () => Promise<unknown>;
  touches?: readonly PathOf<'get'>[];
  onClose: () => void;
  onDone?: () => void;
  children: ReactNode;
}) {
  const toast = useToast();
  const change = useChange(act, {
    ...(touches === undefined ? {} : { touches }),
    onDone: () => {
      toast(done);
      onDone?.();
      onClose();
    },
  });
  return (
    <FormDialog
      title={title}
      submit={submit}
      danger
      change={change}
      onClose={onClose}
    >
      <div>{children}</div>
    </FormDialog>
  );
}
