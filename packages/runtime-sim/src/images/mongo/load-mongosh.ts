import type { Applet, Proc } from '../../process/proc.ts';

/** The shell with its parser, loaded when somebody calls it first: most clusters have no mongo. Virtual time stands still meanwhile. */
export const loadMongosh = (proc: Proc): Promise<typeof import('./mongosh.ts')> =>
  proc.until(proc.world.clock.hold(import('./mongosh.ts')));

/** @see mongosh */
export const mongosh: Applet = async (proc) => (await loadMongosh(proc)).mongosh(proc);
