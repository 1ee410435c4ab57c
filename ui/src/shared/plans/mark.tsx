import classes from "./plans.module.css";

export type Which = "first" | "second";

/** A plan's mark: a filled circle, or a diamond. Shape says what colour says. */
export function Mark({ which, x, y, size = 6 }: { which: Which; x: number; y: number; size?: number }) {
  return which === "first" ? (
    <circle className={classes.first} cx={x} cy={y} r={size} />
  ) : (
    <path
      className={classes.second}
      d={`M${x} ${y - size * 1.2}l${size * 1.2} ${size * 1.2}l${-size * 1.2} ${size * 1.2}l${-size * 1.2} ${-size * 1.2}z`}
    />
  );
}

/** A plan's name behind its mark. */
export function PlanKey({ which, name }: { which: Which; name: string }) {
  return (
    <span className={`${classes.plans} ${classes.key}`}>
      <svg aria-hidden height={16} width={16}>
        <Mark which={which} x={8} y={8} />
      </svg>
      {name}
    </span>
  );
}
