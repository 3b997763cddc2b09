import type { Process } from '@tabernetes/node-api';

/** Whether the machine's small programs are applets of busybox, which say and do some things in their own way. */
export const isBusybox = ({ fs }: Pick<Process, 'fs'>): boolean => fs.exists('/bin/busybox');
