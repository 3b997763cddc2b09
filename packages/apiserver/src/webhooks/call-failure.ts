/** A webhook could not be asked, or gave no answer that can be used. */
export class CallFailure extends Error {}
