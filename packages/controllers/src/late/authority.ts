export { certificateAuthority } from '../certificates/certificate-authority.ts';
