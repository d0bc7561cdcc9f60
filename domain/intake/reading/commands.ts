/** The words that work anywhere, in all languages at once (people mix them). Filled by the lexicon beside this file. */
export type Command =
  | 'back'
  | 'repeat'
  | 'skip'
  | 'help'
  | 'person'
  | 'later'
  | 'continue'
  | 'more'
  | 'speak-en'
  | 'speak-es'
  | 'speak-pl';
