/** The keyed hash under which a number is looked up; the key never leaves the adapter. */
export type PhoneHash = (e164: string) => string;
