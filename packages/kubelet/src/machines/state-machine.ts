import {
  type AnyEventObject,
  type AnyStateMachine,
  createMachine,
  type MachineConfig,
  type MachineContext,
} from 'xstate';
import type { MachineDefinition } from './machine-table.ts';

/** The definition as xstate runs and draws it. */
export const stateMachine = (definition: MachineDefinition): AnyStateMachine =>
  // Effects are names: whoever owns the machine performs them.
  createMachine(definition as MachineConfig<MachineContext, AnyEventObject>);
