-- What a version knows of how it was built, beside the contract of `tables.sql`.

-- One row per table that the build made: from which file of facts/ it comes, and what that file and everything that
-- is compared whole looked like. A signature that differs means: build this fact anew.
CREATE TABLE fact_builds (
    table_name  VARCHAR NOT NULL,
    fact        VARCHAR NOT NULL,
    signature   VARCHAR NOT NULL
);

-- What the checks found when this version was built. `sample` shows the first offending rows.
CREATE TABLE check_results (
    check_name  VARCHAR NOT NULL,
    level       VARCHAR NOT NULL,
    sentence    VARCHAR NOT NULL,
    rows        BIGINT NOT NULL,
    sample      VARCHAR NOT NULL
);
