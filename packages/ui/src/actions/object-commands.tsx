import { createContext, type KeyboardEvent, type ReactNode, useContext, useMemo, useState } from 'react';
import { type InspectorTab, type ObjectName, useSelection } from '../app/selection.tsx';
import { useMessages } from '../messages/messages.ts';
import { usePageMessages } from '../messages/page-messages.ts';
import { errorText } from '../model/error-text.ts';
import { Dialog } from '../palette/dialog.tsx';
import { useCluster } from '../world/hooks.ts';
import { listPath, type Resource, useResources } from '../world/resources.ts';
import { deleteAt } from './object-actions.ts';

/** What keys do with an object, wherever it is shown. */
interface ObjectCommands {
  /** Opens it in an editor, as `kubectl edit` does. */
  edit(object: ObjectName): void;
  /** Asks whether it shall go. `isForced`: at once, without its grace. */
  remove(object: ObjectName, isForced: boolean): void;
}

const CommandsContext = createContext<ObjectCommands | undefined>(undefined);

/** What can be done where objects are edited and removed; undefined elsewhere. */
export const useObjectCommands = (): ObjectCommands | undefined => useContext(CommandsContext);

/** Makes commands of objects known to what is inside. `onEdit`: a line of kubectl that a terminal is to run. */
export function ObjectCommandsProvider({
  onEdit,
  children,
}: {
  readonly onEdit: (line: string) => void;
  readonly children: ReactNode;
}) {
  const resources = useResources();
  const [doomed, setDoomed] = useState<{ readonly object: ObjectName; readonly isForced: boolean }>();
  const commands = useMemo(
    (): ObjectCommands => ({
      edit({ kind, namespace, name }) {
        const { resource = kind, group = '' } = resources.find((each) => each.kind === kind) ?? {};
        const home = namespace === '' ? '' : ` -n '${namespace}'`;
        onEdit(`kubectl edit ${resource}${group === '' ? '' : `.${group}`} '${name}'${home}`);
      },
      remove: (object, isForced) => setDoomed({ object, isForced }),
    }),
    [resources, onEdit],
  );
  const resource = resources.find(({ kind }) => kind === doomed?.object.kind);
  return (
    <CommandsContext value={commands}>
      {children}
      {doomed !== undefined && resource !== undefined && (
        <Removal {...doomed} resource={resource} onClose={() => setDoomed(undefined)} />
      )}
    </CommandsContext>
  );
}

function Removal({
  object: { kind, namespace, name },
  isForced,
  resource,
  onClose,
}: {
  readonly object: ObjectName;
  readonly isForced: boolean;
  readonly resource: Resource;
  readonly onClose: () => void;
}) {
  const cluster = useCluster();
  const { removal: words } = usePageMessages();
  const { actions } = useMessages();
  const [problem, setProblem] = useState('');
  const remove = (): Promise<void> =>
    deleteAt(cluster, `${listPath(resource, namespace)}/${encodeURIComponent(name)}`, isForced).then(
      onClose,
      (error: unknown) => setProblem(errorText(error)),
    );
  return (
    <Dialog label={words.label} onClose={onClose}>
      <p className="removal">{isForced ? words.force(`${kind} ${name}`) : words.ask(`${kind} ${name}`)}</p>
      {problem !== '' && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <div className="dialog-actions">
        <button type="button" className="action" onClick={onClose}>
          {words.keep}
        </button>
        <button type="button" className="action danger" onClick={() => void remove()}>
          {actions.delete}
        </button>
      </div>
    </Dialog>
  );
}

const TABS: Readonly<Record<string, InspectorTab>> = {
  d: 'describe',
  y: 'yaml',
  l: 'logs',
  s: 'shell',
  Enter: 'summary',
};

/** Keys that every object has where it is shown; true when one of them was pressed. Without a provider nothing is edited or removed. */
export function useObjectKeys(): (event: KeyboardEvent, object: ObjectName) => boolean {
  const { select } = useSelection();
  const commands = useContext(CommandsContext);
  return (event, object) => {
    const isHeld = event.ctrlKey || event.metaKey;
    if (event.defaultPrevented || event.altKey || event.shiftKey) return false;
    const tab = isHeld ? undefined : TABS[event.key];
    if (tab !== undefined) select(object, tab);
    else if (event.key === 'e' && !isHeld && commands !== undefined) commands.edit(object);
    else if (event.ctrlKey && (event.key === 'd' || event.key === 'k') && commands !== undefined)
      commands.remove(object, event.key === 'k');
    else return false;
    event.preventDefault();
    return true;
  };
}
