export { csrApprovingController } from '../certificates/approving-controller.ts';
export { csrCleaner } from '../certificates/cleaner-controller.ts';
export { csrSigningController } from '../certificates/signing-controller.ts';
