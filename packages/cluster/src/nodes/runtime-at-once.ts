/**
 * Loads what runs containers, and the shell of the workstation, together with who imports this, instead of later in requests of their
 * own: for hosts whose clusters always have both.
 */
import '../workstation/machine.ts';
import './simulated-runtime.ts';
