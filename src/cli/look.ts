/** How wide and how colourful the picture may be: what the terminal says, or 100 columns without colour for a pipe. */
import type { Language } from '../base/language.ts';
import { wantsColour } from './paint.ts';

export function lookOf(language: Language): { language: Language; width: number; colour: boolean } {
  const columns = process.stdout.columns ?? 100;
  return { language, width: Math.max(72, Math.min(140, columns)), colour: wantsColour(process.stdout, process.env) };
}
