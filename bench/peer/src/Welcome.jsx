import { useState } from 'react';

import { supabase } from './supabase.js';

export function Welcome() {
  const [registering, setRegistering] = useState(false);
  return (
    <main className="welcome">
      <h1>The tavern</h1>
      <p>Plan evenings, talk with everyone, have a word in private.</p>
      {registering ? <Register /> : <SignIn />}
      <button type="button" className="quiet" onClick={() => setRegistering(!registering)}>
        {registering ? 'I have an account' : 'I am new here'}
      </button>
    </main>
  );
}

function SignIn() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { busy, problem, run } = useAction();

  const submit = run(() => supabase.auth.signInWithPassword({ email, password }));
  return (
    <form className="card" onSubmit={submit}>
      <h2>Sign in</h2>
      <Field label="Email" type="email" autoComplete="username" value={email} onChange={setEmail} />
      <Field label="Password" type="password" autoComplete="current-password" value={password} onChange={setPassword} />
      {problem && <p role="alert">{problem}</p>}
      <button type="submit" disabled={busy}>
        Sign in
      </button>
    </form>
  );
}

function Register() {
  const [username, setUsername] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { busy, problem, run } = useAction();

  const submit = run(() =>
    supabase.auth.signUp({ email, password, options: { data: { username, display_name: username } } }),
  );
  return (
    <form className="card" onSubmit={submit}>
      <h2>Register</h2>
      <Field label="Username" type="text" autoComplete="nickname" value={username} onChange={setUsername} />
      <Field label="Email" type="email" autoComplete="email" value={email} onChange={setEmail} />
      <Field label="Password" type="password" autoComplete="new-password" value={password} onChange={setPassword} />
      {problem && <p role="alert">{problem}</p>}
      <button type="submit" disabled={busy}>
        Register
      </button>
    </form>
  );
}

function Field({ label, onChange, ...rest }) {
  return (
    <label>
      {label}
      <input required {...rest} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}

function useAction() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const run = (action) => async (event) => {
    event.preventDefault();
    setBusy(true);
    const { error } = await action();
    setProblem(error?.message ?? null);
    setBusy(false);
  };
  return { busy, problem, run };
}
