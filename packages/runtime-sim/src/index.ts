export { buildImage, type ImageRecipe, type ShellTools } from './images/build-image.ts';
export { catalogue, type OtherImages } from './images/catalogue.ts';
export {
  type ImageReference,
  type ImageSource,
  type ImageSpec,
  PullError,
  parseReference,
} from './images/image-spec.ts';
export { unreachableRegistry } from './images/registries.ts';
export {
  type MachineIo,
  type MachineScreen,
  type MachineTerminal,
  type SimulatedMachine,
  type SimulatedMachineDeps,
  type SimulatedMachineOptions,
  simulatedMachine,
} from './machine/machine.ts';
export type { Applet, Proc } from './process/proc.ts';
export { EXTRA_PROGRAMS, GNU_PROGRAMS, PROGRAMS } from './programs/index.ts';
export { type SimulatedRuntimeDeps, type SimulatedRuntimeOptions, simulatedRuntime } from './runtime/sim-runtime.ts';
export { sh } from './shell/sh.ts';
