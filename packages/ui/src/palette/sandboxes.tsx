import { useEffect, useState } from 'react';
import { FIRST_NAME, isSandboxName, type Keeping, readSandbox, type Sandbox } from '../files/sandbox.ts';
import { faultText, SandboxFault } from '../files/sandbox-fault.ts';
import { saveFile } from '../files/save-file.ts';
import { usePageMessages } from '../messages/page-messages.ts';
import { leaveFor } from './sandbox-select.tsx';

/** The sandboxes of this browser: one is open, others wait; any can leave and come as a file. */
export function Sandboxes({
  keeping,
  current,
}: {
  readonly keeping: Keeping;
  readonly current: () => Promise<Sandbox>;
}) {
  const page = usePageMessages();
  const { sandboxes: words } = page;
  const [names, setNames] = useState<readonly string[]>([keeping.name]);
  const [name, setName] = useState('');
  const [problem, setProblem] = useState('');
  const trying = (work: Promise<unknown>): void => {
    setProblem('');
    work.catch((error: unknown) => setProblem(faultText(error, page.keeping.faults)));
  };
  useEffect(() => {
    keeping.names().then(
      (kept) => setNames([...new Set([keeping.name, ...kept])].sort()),
      // What is wrong is told where keeping fails.
      () => undefined,
    );
  }, [keeping]);
  const leave = (to: string, sandbox?: Sandbox): Promise<void> => leaveFor(keeping, current, to, sandbox);
  const titleOf = (each: string): string => (each === FIRST_NAME ? words.first : each);
  /** The one that goes when its button is pressed once more. */
  const [doomed, setDoomed] = useState('');
  const importFile = async (file: File): Promise<void> => {
    const wanted = file.name.replace(/(\.tabernetes)?\.json$/, '');
    const base = isSandboxName(wanted) ? wanted : 'imported';
    let free = base;
    for (let number = 2; names.includes(free); number++) free = `${base}-${number}`;
    await leave(free, readSandbox(parsed(await file.text())));
  };
  return (
    <section className="sandboxes" aria-label={words.label}>
      <h2>{words.title}</h2>
      <ul>
        {names.map((each) => (
          <li key={each}>
            <span>{titleOf(each)}</span>
            {each === keeping.name ? (
              <em>{words.current}</em>
            ) : (
              <>
                <button type="button" className="action" onClick={() => trying(leave(each))}>
                  {words.open}
                  <span className="sr"> {titleOf(each)}</span>
                </button>
                <button
                  type="button"
                  className="action danger"
                  onClick={() => {
                    if (doomed !== each) setDoomed(each);
                    else trying(keeping.remove(each).then(() => setNames(names.filter((other) => other !== each))));
                  }}
                >
                  {doomed === each ? words.removeForGood : words.remove}
                  <span className="sr"> {titleOf(each)}</span>
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
      <form
        className="sandbox-actions"
        onSubmit={(event) => {
          event.preventDefault();
          trying(leave(name));
        }}
      >
        <input
          type="text"
          aria-label={words.newName}
          placeholder={words.name}
          value={name}
          onChange={({ target }) => setName(target.value.trim())}
        />
        <button type="submit" className="action" disabled={!isSandboxName(name) || name === FIRST_NAME}>
          {words.create}
        </button>
        <button
          type="button"
          className="action"
          onClick={() =>
            trying(
              current().then((sandbox) =>
                saveFile(`${keeping.name}.tabernetes.json`, JSON.stringify(sandbox), 'application/json'),
              ),
            )
          }
        >
          {words.export}
        </button>
        <label className="action file">
          {words.import}
          <input
            type="file"
            accept=".json"
            className="sr"
            onChange={({ target }) => {
              const [file] = target.files ?? [];
              if (file !== undefined) trying(importFile(file));
            }}
          />
        </label>
      </form>
      {problem !== '' && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

/** @throws {Error} */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SandboxFault('foreign');
  }
}
