import type { Program } from '@tabernetes/node-api';

export const trueProgram: Program = async () => 0;

export const falseProgram: Program = async () => 1;
