"""The program `hikiate`, whose server has one more route: a body is checked, and a word is answered."""

from fastapi import APIRouter

from hikiate.api import app
from hikiate.cli.main import run
from hikiate.schemas import AllocationRequest

router = APIRouter()


@router.post("/bare")
async def bare(body: AllocationRequest) -> dict[str, str]:
    """Do nothing: what is left is the server, its middlewares, and reading the body."""
    return {"allocation_method": body.allocation_method}


if __name__ == "__main__":
    app.system.include_router(router)
    run()
