import { useState } from 'react';
import { api } from '@/api/client';
import { useChange } from '@/api/hooks';
import { words } from '@/i18n';
import { fieldError, TextField, TextLink } from '@/ui';
import { EntryFrame, NewPasswordField, TokenField, tokenOfAddress, useEnter } from './EntryFrame';

const useWords = words({
  en: {
    title: 'Welcome to Sluice',
    text: 'Make the first account. It owns this installation and can invite everybody else.',
    token: 'Set-up token',
    tokenHint: 'The one line of the file setup-token in the data directory; the server’s first lines say where that is. It works once.',
    email: 'Your e-mail address',
    password: 'A password',
    passwordHint: 'At least 12 characters.',
    submit: 'Make the account and sign in',
    have: 'Have an account already?',
    signIn: 'Sign in',
  },
  de: {
    title: 'Willkommen bei Sluice',
    text: 'Hier entsteht das erste Konto. Ihm gehört diese Installation, und es kann alle anderen einladen.',
    token: 'Einrichtungs-Token',
    tokenHint: 'Die eine Zeile der Datei setup-token im Datenverzeichnis; wo es liegt, steht in den ersten Zeilen des Servers. Es gilt einmal.',
    email: 'Ihre E-Mail-Adresse',
    password: 'Ein Passwort',
    passwordHint: 'Mindestens 12 Zeichen.',
    submit: 'Konto anlegen und anmelden',
    have: 'Schon ein Konto?',
    signIn: 'Anmelden',
  },
});

export default function SetupPage() {
  const t = useWords();
  const [token, setToken] = useState(tokenOfAddress);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const enter = useEnter('/get-started');
  const setup = useChange(
    () => api.post('/admin/v1/setup', { token: token.trim(), email, password }),
    { touches: [], onDone: enter },
  );
  return (
    <EntryFrame
      title={t('title')}
      text={t('text')}
      submit={t('submit')}
      change={setup}
      foot={
        <>
          {t('have')} <TextLink to="/sign-in">{t('signIn')}</TextLink>
        </>
      }
    >
      <TokenField
        label={t('token')}
        hint={t('tokenHint')}
        value={token}
        onChange={setToken}
        problem={setup.error}
      />
      <TextField
        label={t('email')}
        type="email"
        autoComplete="username"
        required
        autoFocus={token !== ''}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={fieldError(setup.error, 'email')}
      />
      <NewPasswordField
        label={t('password')}
        hint={t('passwordHint')}
        value={password}
        onChange={setPassword}
        problem={setup.error}
      />
    </EntryFrame>
  );
}
