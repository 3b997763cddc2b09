/** Where an event leads and what it makes the owner do, in order. */
export interface Step<S extends string, F extends string> {
  readonly target: S;
  readonly effects: readonly F[];
}

/**
 * A machine as a flat table: what runs once per Pod and per container. Proven equal to the xstate definition that it was
 * made from by a generated test.
 */
export interface MachineTable<S extends string, E extends string, F extends string> {
  readonly initial: S;
  readonly states: readonly S[];
  readonly events: readonly E[];
  /** Undefined: the state takes no notice of the event. */
  step(state: S, event: E): Step<S, F> | undefined;
}

/**
 * A machine as xstate defines it, without guards, hierarchy, timers or context, which have no place in a table. xstate draws it and proves
 * the table right (`state-machine.ts`); a kubelet runs the table, and needs nothing of xstate.
 */
export interface MachineDefinition<S extends string = string, E extends string = string, F extends string = string> {
  readonly id: string;
  readonly initial: S;
  readonly states: Readonly<Record<S, MachineState<S, E, F>>>;
}

export interface MachineState<S extends string, E extends string, F extends string> {
  readonly type?: 'final';
  readonly description?: string;
  readonly on?: { readonly [Event in E]?: { readonly target?: S; readonly actions?: readonly F[] } };
}

/** Compiles a definition. */
export function compileMachine<S extends string, E extends string, F extends string>({
  initial,
  states,
}: MachineDefinition<S, E, F>): MachineTable<S, E, F> {
  const rows = new Map<S, Map<E, Step<S, F>>>();
  const events = new Set<E>();
  for (const state of Object.keys(states) as S[]) {
    const row = new Map<E, Step<S, F>>();
    const { on = {} } = states[state];
    for (const [event, to] of Object.entries(on) as [E, { readonly target?: S; readonly actions?: readonly F[] }][]) {
      row.set(event, { target: to.target ?? state, effects: to.actions ?? [] });
      events.add(event);
    }
    rows.set(state, row);
  }
  return {
    initial,
    states: Object.keys(states) as S[],
    events: [...events],
    step: (state, event) => rows.get(state)?.get(event),
  };
}
