import { useState } from 'react';
import { api } from '@/api/client';
import { useChange } from '@/api/hooks';
import { words } from '@/i18n';
import { TextLink } from '@/ui';
import { EntryFrame, NewPasswordField, TokenField, tokenOfAddress, useEnter } from './EntryFrame';

const useWords = words({
  en: {
    title: 'Accept your invitation',
    text: 'Somebody gave you a one-time token. It makes your account, or sets a new password.',
    token: 'One-time token',
    password: 'A new password',
    passwordHint: 'At least 12 characters.',
    submit: 'Set the password and sign in',
    have: 'Have a password already?',
    signIn: 'Sign in',
  },
  de: {
    title: 'Einladung annehmen',
    text: 'Mit dem Einmal-Token, das Sie bekommen haben, entsteht Ihr Konto oder ein neues Passwort.',
    token: 'Einmal-Token',
    password: 'Ein neues Passwort',
    passwordHint: 'Mindestens 12 Zeichen.',
    submit: 'Passwort setzen und anmelden',
    have: 'Schon ein Passwort?',
    signIn: 'Anmelden',
  },
});

export default function InvitationPage() {
  const t = useWords();
  const [token, setToken] = useState(tokenOfAddress);
  const [password, setPassword] = useState('');
  const enter = useEnter('/');
  const accept = useChange(
    () => api.post('/admin/v1/invitations/accept', { token: token.trim(), password }),
    { touches: [], onDone: enter },
  );
  return (
    <EntryFrame
      title={t('title')}
      text={t('text')}
      submit={t('submit')}
      change={accept}
      foot={
        <>
          {t('have')} <TextLink to="/sign-in">{t('signIn')}</TextLink>
        </>
      }
    >
      <TokenField
        label={t('token')}
        value={token}
        onChange={setToken}
        problem={accept.error}
      />
      <NewPasswordField
        label={t('password')}
        hint={t('passwordHint')}
        value={password}
        onChange={setPassword}
        problem={accept.error}
      />
    </EntryFrame>
  );
}
