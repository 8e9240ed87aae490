import { useState } from 'react';

export function Members({ users, me }) {
  const [words, setWords] = useState('');
  const found = users.filter((user) => `${user.display_name} ${user.username}`.toLowerCase().includes(words.toLowerCase()));
  return (
    <>
      <label>
        Find a member
        <input type="search" value={words} onChange={(event) => setWords(event.target.value)} />
      </label>
      <ul className="members">
        {found.map((user) => (
          <li key={user.id} className="card">
            <strong>{user.display_name}</strong> @{user.username} {user.id === me && '(you)'}
            <p>{user.bio}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
