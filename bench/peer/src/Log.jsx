import { useEffect, useRef } from 'react';

const time = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'short' });

export function Log({ label, messages, authorOf, nameOf, me, remove }) {
  const end = useRef(null);
  useEffect(() => end.current?.scrollIntoView(), [messages.length]);

  return (
    <ol className="log" role="log" aria-label={label}>
      {messages.map((message) => (
        <li key={message.id}>
          <strong>{nameOf(authorOf(message))}</strong> <time>{time.format(new Date(message.created_at))}</time>
          <p>{message.body}</p>
          {authorOf(message) === me && (
            <button type="button" className="quiet" onClick={() => remove(message)}>
              Delete
            </button>
          )}
        </li>
      ))}
      <li ref={end} />
    </ol>
  );
}
