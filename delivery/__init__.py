"""How hikiate is delivered: releases, and a rehearsal of both pipelines that needs neither AWS nor a Jenkins."""
