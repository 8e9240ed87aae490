import { useEffect, useState } from 'react';

import { Events } from './Events.jsx';
import { Members } from './Members.jsx';
import { Messages } from './Messages.jsx';
import { supabase } from './supabase.js';
import { Tavern } from './Tavern.jsx';
import { useTable } from './useTable.js';
import { Welcome } from './Welcome.jsx';

const PAGES = { Tavern, Events, Members, Messages };

export function App() {
  // Nobody, until the client says otherwise: the form stands in the first render.
  const [session, setSession] = useState(null);

  useEffect(() => {
    const { data } = supabase.auth.onAuthStateChange((_event, session) => setSession(session));
    return () => data.subscription.unsubscribe();
  }, []);

  return session ? <House key={session.user.id} me={session.user.id} /> : <Welcome />;
}

function House({ me }) {
  const [page, setPage] = useState('Tavern');
  const users = useTable('users', 'display_name');
  const Page = PAGES[page];
  const nameOf = (id) => users.rows.find((user) => user.id === id)?.display_name ?? 'Somebody';

  return (
    <div className="shell">
      <header className="shell-head">
        <strong>The tavern</strong>
        <nav>
          {Object.keys(PAGES).map((name) => (
            <button key={name} type="button" aria-current={name === page ? 'page' : undefined} onClick={() => setPage(name)}>
              {name}
            </button>
          ))}
        </nav>
        <button type="button" onClick={() => supabase.auth.signOut()}>
          Sign out
        </button>
      </header>
      <main>
        <h1>{page}</h1>
        {users.error && <p role="alert">{users.error}</p>}
        <Page me={me} users={users.rows} nameOf={nameOf} />
      </main>
    </div>
  );
}
