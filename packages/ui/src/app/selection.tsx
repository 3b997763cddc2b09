import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';

/** An object that the inspector shows. */
export interface ObjectName {
  readonly kind: string;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
}

interface Selection {
  readonly selected: ObjectName | undefined;
  select(object: ObjectName | undefined): void;
}

const SelectionContext = createContext<Selection>({ selected: undefined, select: () => undefined });

export function SelectionProvider({ children }: { readonly children: ReactNode }) {
  const [selected, select] = useState<ObjectName>();
  const value = useMemo(() => ({ selected, select }), [selected]);
  return <SelectionContext.Provider value={value}>{children}</SelectionContext.Provider>;
}

export const useSelection = (): Selection => useContext(SelectionContext);
