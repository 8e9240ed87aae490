import { useState } from 'react';

export function Composer({ send }) {
  const [body, setBody] = useState('');
  const [problem, setProblem] = useState(null);

  const submit = async (event) => {
    event.preventDefault();
    if (!body.trim()) return;
    const { error } = await send(body.trim());
    setProblem(error?.message ?? null);
    if (!error) setBody('');
  };

  return (
    <form className="composer" onSubmit={submit}>
      <input aria-label="Message" value={body} onChange={(event) => setBody(event.target.value)} />
      <button type="submit">Send</button>
      {problem && <p role="alert">{problem}</p>}
    </form>
  );
}
