import { catalogue, type ImageSource, type OtherImages, PROGRAMS, sh } from '@tabernetes/runtime-sim';

/** The images that all nodes of a cluster pull from, with all that runs in them: fetched when somebody pulls the first one. */
export const imageCatalogue = (others: OtherImages): ImageSource =>
  catalogue({ programs: { ...PROGRAMS, ash: sh, bash: sh, sh } }, others);
