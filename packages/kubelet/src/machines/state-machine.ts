import { type AnyStateMachine, createMachine } from 'xstate';
import type { MachineDefinition } from './machine-table.ts';

/** The definition as xstate runs and draws it. */
export const stateMachine = (definition: MachineDefinition): AnyStateMachine =>
  // Effects are names: whoever owns the machine performs them.
  createMachine(definition as unknown as Parameters<typeof createMachine>[0]) as unknown as AnyStateMachine;
