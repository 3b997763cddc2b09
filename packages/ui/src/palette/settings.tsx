import { useState } from 'react';
import { SPEEDS } from '../app/clock-controls.tsx';
import { DEFAULT_SHAPE, labelsOf, labelsText, MOST, type NodeShape } from '../files/node-shape.ts';
import { type Keeping, MAX_NODES, type Sandbox, type SandboxOptions } from '../files/sandbox.ts';
import { LANGUAGE_NAMES, LANGUAGES } from '../messages/counted.ts';
import { type LanguageChoice, useLanguage } from '../messages/language.tsx';
import { useMessages } from '../messages/messages.ts';
import { usePageMessages } from '../messages/page-messages.ts';
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
  const { settings: words } = usePageMessages();
  const { clock } = useMessages();
  const { choice, choose } = useLanguage();
  const [draft, setDraft] = useState(options);
  return (
    <Dialog label={words.label} onClose={onClose}>
      <label className="language">
        {words.language}
        <select value={choice} onChange={({ target }) => choose(target.value as LanguageChoice)}>
          <option value="">{words.asBrowser}</option>
          {LANGUAGES.map((each) => (
            <option key={each} value={each} lang={each}>
              {LANGUAGE_NAMES[each]}
            </option>
          ))}
        </select>
      </label>
      <h2>{words.newCluster}</h2>
      <form
        className="settings"
        onSubmit={(event) => {
          event.preventDefault();
          onRestart(draft);
        }}
      >
        <label>
          {words.nodes}
          <input
            type="number"
            min={0}
            max={MAX_NODES}
            required
            value={draft.nodes}
            onChange={({ target }) => setDraft({ ...draft, nodes: target.valueAsNumber })}
          />
        </label>
        <ShapeFields shape={draft.shape ?? DEFAULT_SHAPE} onShape={(shape) => setDraft({ ...draft, shape })} />
        <label>
          {words.seed}
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
          {words.latency}
          <select
            value={draft.latency}
            onChange={({ target }) => setDraft({ ...draft, latency: target.value as SandboxOptions['latency'] })}
          >
            <option value="none">{words.latencies.none}</option>
            <option value="short">{words.latencies.short}</option>
            <option value="real">{words.latencies.real}</option>
          </select>
        </label>
        <label>
          {clock.speed}
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
        <p className="hint">{words.lost}</p>
        <button type="submit" className="primary">
          {words.start}
        </button>
      </form>
      {keeping !== undefined && <Sandboxes keeping={keeping} current={current} />}
    </Dialog>
  );
}

/** How labels are written, in any language. */
const SOME_LABELS = 'disk=ssd, tier=front';
const SIZES = ['cpu', 'memory', 'pods', 'zones'] as const;

/** What each node has, and where they are. */
function ShapeFields({ shape, onShape }: { readonly shape: NodeShape; readonly onShape: (shape: NodeShape) => void }) {
  const { settings: words } = usePageMessages();
  const [text, setText] = useState(labelsText(shape.labels));
  return (
    <fieldset className="shape">
      <legend>{words.size}</legend>
      {SIZES.map((name) => (
        <label key={name}>
          {words[name]}
          <input
            type="number"
            min={1}
            max={MOST[name]}
            required
            value={Number.isNaN(shape[name]) ? '' : shape[name]}
            onChange={({ target }) => onShape({ ...shape, [name]: target.valueAsNumber })}
          />
        </label>
      ))}
      <label className="labels">
        {words.labels}
        <input
          type="text"
          placeholder={SOME_LABELS}
          value={text}
          onChange={({ target }) => {
            const labels = labelsOf(target.value);
            target.setCustomValidity(labels === undefined ? words.noLabels : '');
            setText(target.value);
            if (labels !== undefined) onShape({ ...shape, labels });
          }}
        />
      </label>
    </fieldset>
  );
}
