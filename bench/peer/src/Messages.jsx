import { useState } from 'react';

import { Composer } from './Composer.jsx';
import { Log } from './Log.jsx';
import { supabase } from './supabase.js';
import { useTable } from './useTable.js';

export function Messages({ me, users, nameOf }) {
  const { rows, loading, error } = useTable('private_messages');
  const [other, setOther] = useState(null);
  const between = rows.filter((row) => row.sender_id === other || row.recipient_id === other);
  const send = (body) => supabase.from('private_messages').insert({ recipient_id: other, body });
  const remove = ({ id }) => supabase.from('private_messages').delete().eq('id', id).then();
  return (
    <div className="messages">
      <ul>
        {users
          .filter((user) => user.id !== me)
          .map((user) => (
            <li key={user.id}>
              <button type="button" className="quiet" onClick={() => setOther(user.id)}>
                {user.display_name}
              </button>
            </li>
          ))}
      </ul>
      <section>
        {loading && <p>Loading…</p>}
        {error && <p role="alert">{error}</p>}
        {other && (
          <>
            <Log
              label={`Conversation with ${nameOf(other)}`}
              messages={between}
              authorOf={(row) => row.sender_id}
              nameOf={nameOf}
              me={me}
              remove={remove}
            />
            <Composer send={send} />
          </>
        )}
      </section>
    </div>
  );
}
