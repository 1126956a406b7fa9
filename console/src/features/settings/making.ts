/** The form for a new one is open, which the address says: a link and the palette open it too. */
export interface Making {
  making: boolean;
  onMake: (open: boolean) => void;
}
