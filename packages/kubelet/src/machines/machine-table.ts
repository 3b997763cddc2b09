import type { AnyStateMachine } from 'xstate';

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
 * Compiles a definition without guards, hierarchy, timers or context; those have no place in a table.
 *
 * @throws {Error} for a definition that is more than a table
 */
export function compileMachine<S extends string, E extends string, F extends string>(
  machine: AnyStateMachine,
): MachineTable<S, E, F> {
  const { initial, states = {} } = machine.config as MachineConfig;
  const rows = new Map<string, Map<string, Step<S, F>>>();
  const events = new Set<E>();
  for (const [state, { on = {}, ...rest }] of Object.entries(states)) {
    const more = Object.keys(rest).filter((key) => key !== 'type' && key !== 'description');
    if (more.length > 0) throw new Error(`${machine.id}.${state} has ${more.join(', ')}: that is no table`);
    const row = new Map<string, Step<S, F>>();
    for (const [event, to] of Object.entries(on)) {
      const { target = state, actions = [] } = typeof to === 'string' ? { target: to } : to;
      row.set(event, { target: target as S, effects: [actions].flat() as F[] });
      events.add(event as E);
    }
    rows.set(state, row);
  }
  return {
    initial: initial as S,
    states: Object.keys(states) as S[],
    events: [...events],
    step: (state, event) => rows.get(state)?.get(event),
  };
}

/** Names of effects for `setup({ actions })`: xstate only carries them, whoever owns the machine performs them. */
export function effects<F extends string>(...names: readonly F[]): Record<F, () => void> {
  return Object.fromEntries(names.map((name) => [name, () => undefined])) as Record<F, () => void>;
}

interface MachineConfig {
  readonly initial?: string;
  readonly states?: Readonly<Record<string, { readonly on?: Readonly<Record<string, string | Transition>> }>>;
}

interface Transition {
  readonly target?: string;
  readonly actions?: string | readonly string[];
}
