import { useState } from 'react';
import { api } from '@/api/client';
import { useChange } from '@/api/hooks';
import { words } from '@/i18n';
import { fieldError, TextField, TextLink } from '@/ui';
import { EntryFrame, useEnter } from './EntryFrame';

const useWords = words({
  en: {
    title: 'Sign in',
    email: 'E-mail address',
    password: 'Password',
    submit: 'Sign in',
    first: 'A fresh installation?',
    setup: 'Make the owner’s account',
    forgotten: 'Forgotten your password? An owner can give you a one-time token for a new one.',
  },
  de: {
    title: 'Anmelden',
    email: 'E-Mail-Adresse',
    password: 'Passwort',
    submit: 'Anmelden',
    first: 'Neu eingerichtet?',
    setup: 'Konto des Eigentümers anlegen',
    forgotten: 'Passwort vergessen? Ein Owner kann ein Einmal-Token für ein neues ausstellen.',
  },
});

export default function SignInPage() {
  const t = useWords();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const enter = useEnter();
  const signIn = useChange(() => api.post('/admin/v1/sign-in', { email, password }), {
    touches: [],
    onDone: enter,
  });
  return (
    <EntryFrame
      title={t('title')}
      submit={t('submit')}
      change={signIn}
      foot={
        <>
          <p>
            {t('first')} <TextLink to="/setup">{t('setup')}</TextLink>
          </p>
          <p className="mt-2">{t('forgotten')}</p>
        </>
      }
    >
      <TextField
        label={t('email')}
        type="email"
        autoComplete="username"
        autoFocus
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={fieldError(signIn.error, 'email')}
      />
      <TextField
        label={t('password')}
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={fieldError(signIn.error, 'password')}
      />
    </EntryFrame>
  );
}
