import { type Ref, useState } from 'react';
import { usePageMessages } from '../messages/page-messages.ts';
import type { Resource } from '../world/resources.ts';

/** Where a kind is named by any of its names, as after `:` in k9s. Enter or a choice from the list takes it. */
export function KindField({
  resources,
  value,
  onChoose,
  ref,
}: {
  readonly resources: readonly Resource[];
  /** The plural of what is shown. */
  readonly value: string;
  readonly onChoose: (resource: Resource) => void;
  readonly ref: Ref<HTMLInputElement>;
}) {
  const { table: words } = usePageMessages();
  const [text, setText] = useState<string>();
  const find = (name: string): Resource | undefined =>
    resources.find(({ names }) => names.includes(name.trim().toLowerCase()));
  const take = (name: string): void => {
    const found = find(name) ?? resources.find(({ resource }) => resource.startsWith(name.trim().toLowerCase()));
    if (found === undefined) return;
    setText(undefined);
    onChoose(found);
  };
  return (
    <label className="kind-field">
      {words.kind}
      <input
        ref={ref}
        type="text"
        list="kinds"
        spellCheck={false}
        autoComplete="off"
        aria-invalid={
          text !== undefined &&
          text !== '' &&
          !resources.some(({ names }) => names.some((name) => name.startsWith(text)))
        }
        value={text ?? value}
        onFocus={({ target }) => target.select()}
        onChange={({ target, nativeEvent }) => {
          // What is taken from the list comes without keys.
          if (!('inputType' in nativeEvent) || nativeEvent.inputType === 'insertReplacementText') take(target.value);
          else setText(target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') take(event.currentTarget.value);
          else if (event.key === 'Escape') setText(undefined);
          else return;
          event.preventDefault();
        }}
        onBlur={() => setText(undefined)}
      />
      <datalist id="kinds">
        {resources.map(({ kind, resource, group }) => (
          <option key={`${resource}.${group}`} value={resource}>
            {group === '' ? kind : `${kind} · ${group}`}
          </option>
        ))}
      </datalist>
    </label>
  );
}
