import { useState } from 'react';
import { FIRST_NAME, type Keeping, type Sandbox } from '../files/sandbox.ts';
import { usePageMessages } from '../messages/page-messages.ts';

/** What stands for "another one" among names; no sandbox can be called that. */
const MORE = '…';

/** Keeps a sandbox as it is and goes to another: what changed since it was kept last comes back with it. */
export async function leaveFor(
  keeping: Keeping,
  current: () => Promise<Sandbox>,
  to: string,
  sandbox?: Sandbox,
): Promise<void> {
  await keeping.save(await current());
  await keeping.open(to, sandbox);
}

/** Which sandbox is open, and the way to the others. */
export function SandboxSelect({
  keeping,
  current,
  onMore,
  onFailure,
}: {
  readonly keeping: Keeping;
  readonly current: () => Promise<Sandbox>;
  /** New ones, export and import. */
  readonly onMore: () => void;
  readonly onFailure: (error: unknown) => void;
}) {
  const { bar, sandboxes: words } = usePageMessages();
  const [others, setOthers] = useState<readonly string[]>([]);
  /** As somebody reaches for it; what is wrong with keeping is told elsewhere. */
  const look = (): void => void keeping.names().then(setOthers, () => undefined);
  return (
    <label className="sandbox-select">
      <span className="sr">{bar.sandbox}</span>
      <select
        value={keeping.name}
        onFocus={look}
        onPointerEnter={look}
        onChange={({ target: { value } }) => {
          if (value === MORE) onMore();
          else leaveFor(keeping, current, value).catch(onFailure);
        }}
      >
        {[...new Set([keeping.name, ...others])].sort().map((name) => (
          <option key={name} value={name}>
            {name === FIRST_NAME ? words.first : name}
          </option>
        ))}
        <option value={MORE}>{words.more}</option>
      </select>
    </label>
  );
}
