/** How late a patient is, for staff: "about 10 minutes late", or only "late" where they did not say how much. */
export function sayHowLate(minutes: number | undefined): string {
  return minutes === undefined ? 'late' : `about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} late`;
}
