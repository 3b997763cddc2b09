import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';

/** An object that the inspector shows. */
export interface ObjectName {
  readonly kind: string;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
}

/** What the inspector can show of an object, in the order of its tabs. */
export const INSPECTOR_TABS = [
  'summary',
  'describe',
  'yaml',
  'events',
  'logs',
  'shell',
  'states',
  'scheduling',
  'why',
] as const;
export type InspectorTab = (typeof INSPECTOR_TABS)[number];

interface Selection {
  readonly selected: ObjectName | undefined;
  readonly tab: InspectorTab;
  /** Shows an object, in the tab that is open unless another is asked for. */
  select(object: ObjectName | undefined, tab?: InspectorTab): void;
  show(tab: InspectorTab): void;
}

const SelectionContext = createContext<Selection>({
  selected: undefined,
  tab: 'summary',
  select: () => undefined,
  show: () => undefined,
});

export function SelectionProvider({ children }: { readonly children: ReactNode }) {
  const [selected, setSelected] = useState<ObjectName>();
  const [tab, show] = useState<InspectorTab>('summary');
  const value = useMemo((): Selection => {
    const select = (object: ObjectName | undefined, next?: InspectorTab): void => {
      setSelected(object);
      if (next !== undefined) show(next);
    };
    return { selected, tab, select, show };
  }, [selected, tab]);
  return <SelectionContext.Provider value={value}>{children}</SelectionContext.Provider>;
}

export const useSelection = (): Selection => useContext(SelectionContext);

/** The name of an object, as a selection has it. */
export const nameOf = ({
  kind,
  metadata,
}: {
  readonly kind: string;
  readonly metadata: { readonly name?: string; readonly namespace?: string };
}): ObjectName => ({ kind, namespace: metadata.namespace ?? '', name: metadata.name ?? '' });
