import { useState } from 'react';
import { SPEEDS } from '../app/clock-controls.tsx';
import { type Keeping, MAX_NODES, type Sandbox, type SandboxOptions } from '../files/sandbox.ts';
import { Dialog } from './dialog.tsx';
import { Sandboxes } from './sandboxes.tsx';

/** What a cluster is made of. Another set of answers is another cluster. */
export function Settings({
  options,
  keeping,
  current,
  onRestart,
  onClose,
}: {
  readonly keeping: Keeping | undefined;
  /** All of this sandbox, as it is now. */
  readonly current: () => Promise<Sandbox>;
  readonly options: SandboxOptions;
  readonly onRestart: (options: SandboxOptions) => void;
  readonly onClose: () => void;
}) {
  const [draft, setDraft] = useState(options);
  return (
    <Dialog label="Settings" onClose={onClose}>
      <h2>A new cluster</h2>
      <form
        className="settings"
        onSubmit={(event) => {
          event.preventDefault();
          onRestart(draft);
        }}
      >
        <label>
          Nodes
          <input
            type="number"
            min={0}
            max={MAX_NODES}
            required
            value={draft.nodes}
            onChange={({ target }) => setDraft({ ...draft, nodes: target.valueAsNumber })}
          />
        </label>
        <label>
          Seed
          <input
            type="number"
            min={0}
            max={2 ** 32 - 1}
            required
            value={draft.seed}
            onChange={({ target }) => setDraft({ ...draft, seed: target.valueAsNumber })}
          />
        </label>
        <label>
          Pulls and starts take
          <select
            value={draft.latency}
            onChange={({ target }) => setDraft({ ...draft, latency: target.value as SandboxOptions['latency'] })}
          >
            <option value="none">no time</option>
            <option value="short">about a second</option>
            <option value="real">what they take on a small cluster</option>
          </select>
        </label>
        <label>
          Speed
          <select
            value={String(draft.speed)}
            onChange={({ target }) => setDraft({ ...draft, speed: Number(target.value) })}
          >
            {SPEEDS.map((each) => (
              <option key={each} value={String(each)}>
                {each}×
              </option>
            ))}
          </select>
        </label>
        <p className="hint">Files stay. What is in the cluster now is lost.</p>
        <button type="submit" className="primary">
          Start it
        </button>
      </form>
      {keeping !== undefined && <Sandboxes keeping={keeping} current={current} />}
    </Dialog>
  );
}
