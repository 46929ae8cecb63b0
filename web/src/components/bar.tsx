import type { Decimal } from '@/api/exact';
import { share } from '@/format/decimal';

interface Part {
  quantity: Decimal;
  colour: string;
}

/** Shows parts of a whole as one bar; `label` says the same in words. */
export function Bar({ parts, whole, label }: { parts: Part[]; whole: Decimal; label: string }) {
  return (
    <div className="bar" role="img" aria-label={label} title={label}>
      {parts.map((part) => (
        <span
          key={part.colour}
          style={{ width: `${share(part.quantity, whole) * 100}%`, background: part.colour }}
        />
      ))}
    </div>
  );
}
